# Norm of the gradient by step
#
# gradient norm (gradient_norm): Norm of the gradient before clipping, of the step's last
# update. A step is one batch of rollouts or demonstrations. Seeds: rl 3, sft-plus-rl 3, sft 3,
# srft-released 3, srft 3, rl-sft-kl 3, rl-sft 3, sft-rl 3. Of several seeds the line is the
# mean, at steps that all of them have; pale lines are the seeds. Shaded: from the lowest to the
# highest seed, no interval. Each run's values are averaged over 11 steps centred on each (fewer
# at the ends) before anything else; pale lines are the values as logged. Zeros stand on the
# axis.
#
# Run in this folder, gnuplot 5.4 or newer:  gnuplot training-gradient-norm.gp
# It reads training-gradient-norm.tsv and writes training-gradient-norm.svg and training-gradient-norm.pdf.

set encoding utf8
do for [format in 'svg pdf'] {
  if (format eq 'svg') {
    set terminal svg size 234,178 fixed enhanced font 'Liberation Sans,9' dashlength 2 name 'f_training_gradient_norm' background '#ffffff'
    text_column = 7
  } else {
    set terminal pdfcairo size 234./72,178./72 enhanced font 'Liberation Sans,9' fontscale 0.75 linewidth 2 dashlength 3.636 background '#ffffff'
    # 8: characters that a PDF's fonts may lack are boxes; 7: as they are, as in the SVG
    text_column = 8
  }
  set output 'training-gradient-norm.'.format
  set multiplot

  # panel 1
  reset
  set datafile separator "\t"
  set lmargin at screen 0.1478
  set rmargin at screen 0.96154
  set bmargin at screen 0.14045
  set tmargin at screen 0.70787
  set border 15 linewidth 0.5
  set xrange [1:505]
  set xtics in mirror scale 0.5,0.25 font ',8' offset 0,0.35 ('100' 100, '200' 200, '300' 300, '400' 400, '500' 500)
  set yrange [0.0017834257608600713:231.84534891180925]
  set logscale y
  set ytics in mirror scale 0.5,0.25 font ',8' offset 0.4,0 ('10^{−2}' 0.01, '' 0.1 1, '10^{0}' 1, '' 10 1, '10^{2}' 100)
  set label 'step' at screen 0.55467,0.03371 center noenhanced front
  set label 'gradient norm' at screen 0.03419,0.42416 center rotate by 90 noenhanced front
  unset colorbox
  set arrow from screen 0.19036,0.95225 to screen 0.26728,0.95225 nohead linewidth 1 linecolor rgb '#0072b2' dashtype (5,2)
  set label 'rl' at screen 0.28438,0.95225 left font ',8' noenhanced front
  set arrow from screen 0.52564,0.95225 to screen 0.60256,0.95225 nohead linewidth 1 linecolor rgb '#d55e00' dashtype (6,1.6,1.2,1.6)
  set label 'sft-plus-rl' at screen 0.61966,0.95225 left font ',8' noenhanced front
  set arrow from screen 0.19036,0.89045 to screen 0.26728,0.89045 nohead linewidth 1 linecolor rgb '#e69f00' dashtype solid
  set label 'sft' at screen 0.28438,0.89045 left font ',8' noenhanced front
  set arrow from screen 0.52564,0.89045 to screen 0.60256,0.89045 nohead linewidth 1 linecolor rgb '#009e73' dashtype (6,1.6,1.2,1.6)
  set label 'srft-released' at screen 0.61966,0.89045 left font ',8' noenhanced front
  set arrow from screen 0.19036,0.82865 to screen 0.26728,0.82865 nohead linewidth 1 linecolor rgb '#56b4e9' dashtype solid
  set label 'srft' at screen 0.28438,0.82865 left font ',8' noenhanced front
  set arrow from screen 0.52564,0.82865 to screen 0.60256,0.82865 nohead linewidth 1 linecolor rgb '#009e73' dashtype (2.6,1.5)
  set label 'rl-sft-kl' at screen 0.61966,0.82865 left font ',8' noenhanced front
  set arrow from screen 0.19036,0.76685 to screen 0.26728,0.76685 nohead linewidth 1 linecolor rgb '#cc79a7' dashtype (5,2)
  set label 'rl-sft' at screen 0.28438,0.76685 left font ',8' noenhanced front
  set arrow from screen 0.52564,0.76685 to screen 0.60256,0.76685 nohead linewidth 1 linecolor rgb '#cc79a7' dashtype (2.6,1.5)
  set label 'sft-rl' at screen 0.61966,0.76685 left font ',8' noenhanced front
  plot 'training-gradient-norm.tsv' index 0 using 1:2:3 with filledcurves fillstyle transparent solid 0.2 noborder linecolor rgb '#0072b2' notitle, \
    'training-gradient-norm.tsv' index 1 using 1:2:3 with filledcurves fillstyle transparent solid 0.2 noborder linecolor rgb '#d55e00' notitle, \
    'training-gradient-norm.tsv' index 2 using 1:2:3 with filledcurves fillstyle transparent solid 0.2 noborder linecolor rgb '#e69f00' notitle, \
    'training-gradient-norm.tsv' index 3 using 1:2:3 with filledcurves fillstyle transparent solid 0.2 noborder linecolor rgb '#009e73' notitle, \
    'training-gradient-norm.tsv' index 4 using 1:2:3 with filledcurves fillstyle transparent solid 0.2 noborder linecolor rgb '#56b4e9' notitle, \
    'training-gradient-norm.tsv' index 5 using 1:2:3 with filledcurves fillstyle transparent solid 0.2 noborder linecolor rgb '#009e73' notitle, \
    'training-gradient-norm.tsv' index 6 using 1:2:3 with filledcurves fillstyle transparent solid 0.2 noborder linecolor rgb '#cc79a7' notitle, \
    'training-gradient-norm.tsv' index 7 using 1:2:3 with filledcurves fillstyle transparent solid 0.2 noborder linecolor rgb '#cc79a7' notitle, \
    'training-gradient-norm.tsv' index 8 using 1:2 with lines linewidth 0.4 linecolor rgb '#a6cee4' dashtype solid notitle, \
    'training-gradient-norm.tsv' index 9 using 1:2 with lines linewidth 0.4 linecolor rgb '#a6cee4' dashtype solid notitle, \
    'training-gradient-norm.tsv' index 10 using 1:2 with lines linewidth 0.4 linecolor rgb '#a6cee4' dashtype solid notitle, \
    'training-gradient-norm.tsv' index 11 using 1:2 with lines linewidth 0.4 linecolor rgb '#f0c7a6' dashtype solid notitle, \
    'training-gradient-norm.tsv' index 12 using 1:2 with lines linewidth 0.4 linecolor rgb '#f0c7a6' dashtype solid notitle, \
    'training-gradient-norm.tsv' index 13 using 1:2 with lines linewidth 0.4 linecolor rgb '#f0c7a6' dashtype solid notitle, \
    'training-gradient-norm.tsv' index 14 using 1:2 with lines linewidth 0.4 linecolor rgb '#f6dda6' dashtype solid notitle, \
    'training-gradient-norm.tsv' index 15 using 1:2 with lines linewidth 0.4 linecolor rgb '#f6dda6' dashtype solid notitle, \
    'training-gradient-norm.tsv' index 16 using 1:2 with lines linewidth 0.4 linecolor rgb '#f6dda6' dashtype solid notitle, \
    'training-gradient-norm.tsv' index 17 using 1:2 with lines linewidth 0.4 linecolor rgb '#a6ddce' dashtype solid notitle, \
    'training-gradient-norm.tsv' index 18 using 1:2 with lines linewidth 0.4 linecolor rgb '#a6ddce' dashtype solid notitle, \
    'training-gradient-norm.tsv' index 19 using 1:2 with lines linewidth 0.4 linecolor rgb '#a6ddce' dashtype solid notitle, \
    'training-gradient-norm.tsv' index 20 using 1:2 with lines linewidth 0.4 linecolor rgb '#c4e5f7' dashtype solid notitle, \
    'training-gradient-norm.tsv' index 21 using 1:2 with lines linewidth 0.4 linecolor rgb '#c4e5f7' dashtype solid notitle, \
    'training-gradient-norm.tsv' index 22 using 1:2 with lines linewidth 0.4 linecolor rgb '#c4e5f7' dashtype solid notitle, \
    'training-gradient-norm.tsv' index 23 using 1:2 with lines linewidth 0.4 linecolor rgb '#a6ddce' dashtype solid notitle, \
    'training-gradient-norm.tsv' index 24 using 1:2 with lines linewidth 0.4 linecolor rgb '#a6ddce' dashtype solid notitle, \
    'training-gradient-norm.tsv' index 25 using 1:2 with lines linewidth 0.4 linecolor rgb '#a6ddce' dashtype solid notitle, \
    'training-gradient-norm.tsv' index 26 using 1:2 with lines linewidth 0.4 linecolor rgb '#edd0e0' dashtype solid notitle, \
    'training-gradient-norm.tsv' index 27 using 1:2 with lines linewidth 0.4 linecolor rgb '#edd0e0' dashtype solid notitle, \
    'training-gradient-norm.tsv' index 28 using 1:2 with lines linewidth 0.4 linecolor rgb '#edd0e0' dashtype solid notitle, \
    'training-gradient-norm.tsv' index 29 using 1:2 with lines linewidth 0.4 linecolor rgb '#edd0e0' dashtype solid notitle, \
    'training-gradient-norm.tsv' index 30 using 1:2 with lines linewidth 0.4 linecolor rgb '#edd0e0' dashtype solid notitle, \
    'training-gradient-norm.tsv' index 31 using 1:2 with lines linewidth 0.4 linecolor rgb '#edd0e0' dashtype solid notitle, \
    'training-gradient-norm.tsv' index 32 using 1:2 with lines linewidth 1 linecolor rgb '#0072b2' dashtype (5,2) notitle, \
    'training-gradient-norm.tsv' index 33 using 1:2 with lines linewidth 1 linecolor rgb '#d55e00' dashtype (6,1.6,1.2,1.6) notitle, \
    'training-gradient-norm.tsv' index 34 using 1:2 with lines linewidth 1 linecolor rgb '#e69f00' dashtype solid notitle, \
    'training-gradient-norm.tsv' index 35 using 1:2 with lines linewidth 1 linecolor rgb '#009e73' dashtype (6,1.6,1.2,1.6) notitle, \
    'training-gradient-norm.tsv' index 36 using 1:2 with lines linewidth 1 linecolor rgb '#56b4e9' dashtype solid notitle, \
    'training-gradient-norm.tsv' index 37 using 1:2 with lines linewidth 1 linecolor rgb '#009e73' dashtype (2.6,1.5) notitle, \
    'training-gradient-norm.tsv' index 38 using 1:2 with lines linewidth 1 linecolor rgb '#cc79a7' dashtype (5,2) notitle, \
    'training-gradient-norm.tsv' index 39 using 1:2 with lines linewidth 1 linecolor rgb '#cc79a7' dashtype (2.6,1.5) notitle

  unset multiplot
  set output
}
