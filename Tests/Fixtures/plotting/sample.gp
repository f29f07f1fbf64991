# Sample of model
#
# Everything at once, for model.
#
# Run in this folder, gnuplot 5.4 or newer:  gnuplot sample.gp
# It reads sample.tsv and writes sample.svg and sample.pdf.

set encoding utf8
do for [format in 'svg pdf'] {
  if (format eq 'svg') {
    set terminal svg size 486,314 fixed enhanced font 'Liberation Sans,9' dashlength 2 name 'f_sample' background '#ffffff'
    text_column = 7
  } else {
    set terminal pdfcairo size 486./72,314./72 enhanced font 'Liberation Sans,9' fontscale 0.75 linewidth 2 dashlength 3.636 background '#ffffff'
    # 8: characters that a PDF's fonts may lack are boxes; 7: as they are, as in the SVG
    text_column = 8
  }
  set output 'sample.'.format
  set multiplot

  # panel 1
  reset
  set datafile separator "\t"
  set lmargin at screen 0.07116
  set rmargin at screen 0.44514
  set bmargin at screen 0.48089
  set tmargin at screen 0.8758
  set border 15 linewidth 0.5
  set xrange [-0.16:4.16]
  set xtics in mirror scale 0.5,0.25 font ',8' offset 0,0.35 ('0' 0, '1' 1, '2' 2, '3' 3, '4' 4)
  set yrange [0.0006137037827147777:325.89012098846905]
  set logscale y
  set ytics in mirror scale 0.5,0.25 font ',8' offset 0.4,0 ('' 0.001 1, '10^{−2}' 0.01, '' 0.1 1, '10^{0}' 1, '' 10 1, '10^{2}' 100)
  set label 'model' at screen 0.25815,0.92994 center noenhanced front
  set label 'a subtitle' at screen 0.25815,0.89809 center font ',8' noenhanced front
  set label 'time (s)' at screen 0.25815,0.42038 center noenhanced front
  set label 'size (m)' at screen 0.01646,0.67834 center rotate by 90 noenhanced front
  set label 'model' at screen 0.43485,0.5414 right font ',8' noenhanced front
  set label 'second line' at screen 0.43485,0.50637 right font ',8' noenhanced front
  unset colorbox
  set object rectangle from screen 0.28278,0.96338 to screen 0.31982,0.98248 fillcolor rgb '#009e73' fillstyle transparent solid 0.25 noborder linewidth 1
  set label 'band' at screen 0.32805,0.97293 left font ',8' noenhanced front
  set arrow from screen 0.39756,0.97293 to screen 0.4346,0.97293 nohead linewidth 1 linecolor rgb '#e69f00' dashtype solid
  set label 'model' at screen 0.44283,0.97293 left font ',8' noenhanced front
  set label '' at screen 0.53086,0.97293 point pointtype 5 pointsize 0.35 linewidth 0.7 linecolor rgb '#0072b2'
  set label 'points' at screen 0.55761,0.97293 left font ',8' noenhanced front
  set object rectangle from screen 0.62713,0.96338 to screen 0.66416,0.98248 fillcolor rgb '#0072b2' fillstyle transparent solid 0.25 border linecolor rgb '#0072b2' linewidth 1
  set label 'steps' at screen 0.6724,0.97293 left font ',8' noenhanced front
  plot 'sample.tsv' index 0 using 1:2:3 with filledcurves fillstyle transparent solid 0.25 noborder linecolor rgb '#009e73' notitle, \
    'sample.tsv' index 1 using 1:2 with lines linewidth 1 linecolor rgb '#e69f00' dashtype solid notitle, \
    'sample.tsv' index 2 using 1:2 with points pointtype 5 pointsize 0.35 linewidth 0.7 linecolor rgb '#0072b2' notitle

  # panel 2
  reset
  set datafile separator "\t"
  set lmargin at screen 0.6075
  set rmargin at screen 0.98148
  set bmargin at screen 0.48089
  set tmargin at screen 0.8758
  set border 15 linewidth 0.5
  set xrange [-1:1]
  set xtics in mirror scale 0.5,0.25 font ',8' offset 0,0.35 ('−1.0' -1, '−0.5' -0.5, '0.0' 0, '0.5' 0.5, '1.0' 1)
  set yrange [0.7:100]
  set logscale y
  set ytics in mirror scale 0.5,0.25 font ',8' offset 0.4,0 ('' 0.7 1, '' 0.8 1, '' 0.9 1, '10^{0}' 1, '' 2 1, '' 3 1, '' 4 1, '' 5 1, '' 6 1, '' 7 1, '' 8 1, '' 9 1, '10^{1}' 10, '' 20 1, '' 30 1, '' 40 1, '' 50 1, '' 60 1, '' 70 1, '' 80 1, '' 90 1, '10^{2}' 100)
  set label 'change' at screen 0.79449,0.42038 center noenhanced front
  set label 'tokens' at screen 0.55719,0.67834 center rotate by 90 noenhanced front
  unset colorbox
  plot 'sample.tsv' index 3 using 1:($2 > 0.7 ? $2 : 0.7) with fillsteps fillstyle transparent solid 0.25 noborder linecolor rgb '#0072b2' notitle, \
    'sample.tsv' index 3 using 1:($2 > 0.7 ? $2 : 0.7) with steps linewidth 1 linecolor rgb '#0072b2' dashtype (5,2) notitle

  # panel 3
  reset
  set datafile separator "\t"
  set lmargin at screen 0.07116
  set rmargin at screen 0.44514
  set bmargin at screen 0.1879
  set tmargin at screen 0.38535
  set border 15 linewidth 0.5
  set xrange [-0.08:2.08]
  set xtics in mirror scale 0.5,0.25 font ',8' offset 0,0.35 ('0.0' 0, '0.5' 0.5, '1.0' 1, '1.5' 1.5, '2.0' 2)
  set yrange [-0.08:2.08]
  set ytics in mirror scale 0.5,0.25 font ',8' offset 0.4,0 ('0' 0, '1' 1, '2' 2)
  set label 'before' at screen 0.25815,0.12739 center noenhanced front
  set label 'after' at screen 0.03732,0.28662 center rotate by 90 noenhanced front
  set palette defined (0 '#e8f1fa', 1 '#b9d6ec', 2 '#7fb5da', 3 '#438fc1', 4 '#1c66a0', 5 '#0d4478', 6 '#082548')
  set cbrange [1:100]
  set logscale cb
  set style line 1 linewidth 0.5 linecolor rgb '#000000'
  set colorbox vertical user origin screen 0.45749,0.1879 size screen 0.0144,0.19745 border 1
  set cbtics offset -0.5,0 scale 0.25 font ',8' ('10^{0}' 1, '' 2 1, '' 3 1, '' 4 1, '' 5 1, '' 6 1, '' 7 1, '' 8 1, '' 9 1, '10^{1}' 10, '' 20 1, '' 30 1, '' 40 1, '' 50 1, '' 60 1, '' 70 1, '' 80 1, '' 90 1, '10^{2}' 100)
  set label 'count' at screen 0.52427,0.28662 center rotate by 90 noenhanced front
  plot 'sample.tsv' index 4 using (($1+$2)/2):(($3+$4)/2):1:($2+0.04*($2-$1)):3:($4+0.04*($4-$3)):5 with boxxyerror fillstyle solid noborder linecolor palette notitle

  # panel 4
  reset
  set datafile separator "\t"
  set lmargin at screen 0.6075
  set rmargin at screen 0.98148
  set bmargin at screen 0.1879
  set tmargin at screen 0.38535
  unset border
  set xrange [0:100]
  unset xtics
  set yrange [0:20]
  unset ytics
  set palette defined (0 '#e88a2e', 1 '#f6c48e', 2 '#ffffff', 3 '#a9cfeb', 4 '#4c9bd3')
  set cbrange [-1:1]
  set style line 1 linewidth 0.5 linecolor rgb '#000000'
  set colorbox horizontal user origin screen 0.3,0.07962 size screen 0.4,0.02229 border 1
  set cbtics offset 0,0.5 scale 0.25 font ',8' ('−1.0' -1, '−0.5' -0.5, '0.0' 0, '0.5' 0.5, '1.0' 1)
  set label 'Δp' at screen 0.5,0.01911 center noenhanced front
  plot 'sample.tsv' index 5 using (strcol(5) eq 'NaN' ? ($1+$2)/2 : NaN):(($3+$4)/2):1:2:3:4 with boxxyerror linecolor rgb '#808080' linewidth 0.4 fillstyle pattern 4 border rgb '#b0b0b0' notitle, \
    'sample.tsv' index 5 using (strcol(5) eq 'NaN' ? NaN : ($1+$2)/2):(($3+$4)/2):1:2:3:4:5 with boxxyerror linecolor palette linewidth 0.4 fillstyle solid border rgb '#b0b0b0' notitle, \
    'sample.tsv' index 5 using 1:($6 > 0 ? $4 : ($6 < 0 ? $3 : NaN)):($2-$1):(0) with vectors nohead linewidth 1.4 linecolor rgb '#000000' notitle, \
    'sample.tsv' index 5 using (($1+$2)/2):(($3+$4)/2):text_column with labels center noenhanced font 'Liberation Mono,7' notitle, \
    'sample.tsv' index 6 using 1:2:text_column-4 with labels center noenhanced font 'Liberation Sans,8' textcolor rgb '#000000' notitle

  unset multiplot
  set output
}
