# Imitation and reinforcement in either order
#
# Accuracy: share of right sampled answers to the run's own held-out problems, at its
# evaluations. Entropy: the policy's mean entropy at the tokens of these answers, temperature 1;
# the same quantity while imitating and while reinforcing. x counts tokens of updates from base
# on, those of the runs before included; at 0 stands base's own last evaluation, which may have
# ended its training. Between evaluations each seed is interpolated linearly, so what happens
# right after a second stage begins looks as if it began before. Second stages begin, in
# thousands of tokens: sft-rl at 201, rl-sft at 200, rl-sft-kl at 200. Lines: means over seeds
# (8 seeds) at tokens that all of a run's seeds have, every 10,000. Bands: the mean's 95 %
# interval at each point by itself, Student's t over seeds, of shares on the logit; none where
# all seeds agree. Pale: each seed. Dotted upright: where second stages begin, the mean over
# seeds.
#
# Run in this folder, gnuplot 5.4 or newer:  gnuplot figure-4.gp
# It reads figure-4.tsv and writes figure-4.svg and figure-4.pdf.

set encoding utf8
do for [format in 'svg pdf'] {
  if (format eq 'svg') {
    set terminal svg size 396,174 fixed enhanced font 'Liberation Sans,9' dashlength 2 name 'f_figure_4' background '#ffffff'
    text_column = 7
  } else {
    set terminal pdfcairo size 396./72,174./72 enhanced font 'Liberation Sans,9' fontscale 0.75 linewidth 2 dashlength 3.636 background '#ffffff'
    # 8: characters that a PDF's fonts may lack are boxes; 7: as they are, as in the SVG
    text_column = 8
  }
  set output 'figure-4.'.format
  set multiplot

  # panel 1
  reset
  set datafile separator "\t"
  set lmargin at screen 0.07859
  set rmargin at screen 0.47727
  set bmargin at screen 0.14368
  set tmargin at screen 0.83333
  set border 15 linewidth 0.5
  set xrange [0:400]
  set xtics in mirror scale 0.5,0.25 font ',8' offset 0,0.35 ('0' 0, '100' 100, '200' 200, '300' 300, '400' 400)
  set yrange [0:1]
  set ytics in mirror scale 0.5,0.25 font ',8' offset 0.4,0 ('0.0' 0, '0.2' 0.2, '0.4' 0.4, '0.6' 0.6, '0.8' 0.8, '1.0' 1)
  set label '(a) accuracy' at screen 0.27793,0.87356 center noenhanced front
  set label 'update tokens from base (thousands)' at screen 0.27793,0.03448 center noenhanced front
  set label 'held-out accuracy' at screen 0.0202,0.48851 center rotate by 90 noenhanced front
  unset colorbox
  set arrow from screen 0.29548,0.95115 to screen 0.34094,0.95115 nohead linewidth 1 linecolor rgb '#cc79a7' dashtype solid
  set label '' at screen 0.31821,0.95115 point pointtype 5 pointsize 0.45 linewidth 0.7 linecolor rgb '#cc79a7'
  set label 'sft-rl' at screen 0.35104,0.95115 left font ',8' noenhanced front
  set arrow from screen 0.44193,0.95115 to screen 0.48738,0.95115 nohead linewidth 1 linecolor rgb '#d55e00' dashtype solid
  set label '' at screen 0.46466,0.95115 point pointtype 9 pointsize 0.45 linewidth 0.7 linecolor rgb '#d55e00'
  set label 'rl-sft' at screen 0.49748,0.95115 left font ',8' noenhanced front
  set arrow from screen 0.58837,0.95115 to screen 0.58837,0.95115 nohead linecolor 'white'
  set arrow from screen 0.58837,0.95115 to screen 0.63383,0.95115 nohead linewidth 1 linecolor rgb '#d55e00' dashtype (5,2)
  set label '' at screen 0.6111,0.95115 point pointtype 13 pointsize 0.45 linewidth 0.7 linecolor rgb '#d55e00'
  set label 'rl-sft-kl' at screen 0.64393,0.95115 left font ',8' noenhanced front
  plot 'figure-4.tsv' index 0 using 1:2:3 with filledcurves fillstyle transparent solid 0.2 noborder linecolor rgb '#cc79a7' notitle, \
    'figure-4.tsv' index 1 using 1:2:3 with filledcurves fillstyle transparent solid 0.2 noborder linecolor rgb '#d55e00' notitle, \
    'figure-4.tsv' index 2 using 1:2:3 with filledcurves fillstyle transparent solid 0.2 noborder linecolor rgb '#d55e00' notitle, \
    'figure-4.tsv' index 3 using 1:2 with lines linewidth 0.6 linecolor rgb '#808080' dashtype (1.2,1.6) notitle, \
    'figure-4.tsv' index 4 using 1:2 with lines linewidth 0.4 linecolor rgb '#e8c3d7' dashtype solid notitle, \
    'figure-4.tsv' index 5 using 1:2 with lines linewidth 0.4 linecolor rgb '#e8c3d7' dashtype solid notitle, \
    'figure-4.tsv' index 6 using 1:2 with lines linewidth 0.4 linecolor rgb '#e8c3d7' dashtype solid notitle, \
    'figure-4.tsv' index 7 using 1:2 with lines linewidth 0.4 linecolor rgb '#e8c3d7' dashtype solid notitle, \
    'figure-4.tsv' index 8 using 1:2 with lines linewidth 0.4 linecolor rgb '#e8c3d7' dashtype solid notitle, \
    'figure-4.tsv' index 9 using 1:2 with lines linewidth 0.4 linecolor rgb '#e8c3d7' dashtype solid notitle, \
    'figure-4.tsv' index 10 using 1:2 with lines linewidth 0.4 linecolor rgb '#e8c3d7' dashtype solid notitle, \
    'figure-4.tsv' index 11 using 1:2 with lines linewidth 0.4 linecolor rgb '#e8c3d7' dashtype solid notitle, \
    'figure-4.tsv' index 12 using 1:2 with lines linewidth 0.4 linecolor rgb '#ecb78c' dashtype solid notitle, \
    'figure-4.tsv' index 13 using 1:2 with lines linewidth 0.4 linecolor rgb '#ecb78c' dashtype solid notitle, \
    'figure-4.tsv' index 14 using 1:2 with lines linewidth 0.4 linecolor rgb '#ecb78c' dashtype solid notitle, \
    'figure-4.tsv' index 15 using 1:2 with lines linewidth 0.4 linecolor rgb '#ecb78c' dashtype solid notitle, \
    'figure-4.tsv' index 16 using 1:2 with lines linewidth 0.4 linecolor rgb '#ecb78c' dashtype solid notitle, \
    'figure-4.tsv' index 17 using 1:2 with lines linewidth 0.4 linecolor rgb '#ecb78c' dashtype solid notitle, \
    'figure-4.tsv' index 18 using 1:2 with lines linewidth 0.4 linecolor rgb '#ecb78c' dashtype solid notitle, \
    'figure-4.tsv' index 19 using 1:2 with lines linewidth 0.4 linecolor rgb '#ecb78c' dashtype solid notitle, \
    'figure-4.tsv' index 20 using 1:2 with lines linewidth 0.4 linecolor rgb '#ecb78c' dashtype solid notitle, \
    'figure-4.tsv' index 21 using 1:2 with lines linewidth 0.4 linecolor rgb '#ecb78c' dashtype solid notitle, \
    'figure-4.tsv' index 22 using 1:2 with lines linewidth 0.4 linecolor rgb '#ecb78c' dashtype solid notitle, \
    'figure-4.tsv' index 23 using 1:2 with lines linewidth 0.4 linecolor rgb '#ecb78c' dashtype solid notitle, \
    'figure-4.tsv' index 24 using 1:2 with lines linewidth 0.4 linecolor rgb '#ecb78c' dashtype solid notitle, \
    'figure-4.tsv' index 25 using 1:2 with lines linewidth 0.4 linecolor rgb '#ecb78c' dashtype solid notitle, \
    'figure-4.tsv' index 26 using 1:2 with lines linewidth 0.4 linecolor rgb '#ecb78c' dashtype solid notitle, \
    'figure-4.tsv' index 27 using 1:2 with lines linewidth 0.4 linecolor rgb '#ecb78c' dashtype solid notitle, \
    'figure-4.tsv' index 28 using 1:2 with lines linewidth 1 linecolor rgb '#cc79a7' dashtype solid notitle, \
    'figure-4.tsv' index 29 using 1:2 with points pointtype 5 pointsize 0.45 linewidth 0.7 linecolor rgb '#cc79a7' notitle, \
    'figure-4.tsv' index 30 using 1:2 with lines linewidth 1 linecolor rgb '#d55e00' dashtype solid notitle, \
    'figure-4.tsv' index 31 using 1:2 with points pointtype 9 pointsize 0.45 linewidth 0.7 linecolor rgb '#d55e00' notitle, \
    'figure-4.tsv' index 32 using 1:2 with lines linewidth 1 linecolor rgb '#d55e00' dashtype (5,2) notitle, \
    'figure-4.tsv' index 33 using 1:2 with points pointtype 13 pointsize 0.45 linewidth 0.7 linecolor rgb '#d55e00' notitle

  # panel 2
  reset
  set datafile separator "\t"
  set lmargin at screen 0.57859
  set rmargin at screen 0.97727
  set bmargin at screen 0.14368
  set tmargin at screen 0.83333
  set border 15 linewidth 0.5
  set xrange [0:400]
  set xtics in mirror scale 0.5,0.25 font ',8' offset 0,0.35 ('0' 0, '100' 100, '200' 200, '300' 300, '400' 400)
  set yrange [0:2.0655371195787215]
  set ytics in mirror scale 0.5,0.25 font ',8' offset 0.4,0 ('0.0' 0, '0.5' 0.5, '1.0' 1, '1.5' 1.5, '2.0' 2)
  set label '(b) entropy' at screen 0.77793,0.87356 center noenhanced front
  set label 'update tokens from base (thousands)' at screen 0.77793,0.03448 center noenhanced front
  set label 'entropy (nats)' at screen 0.5202,0.48851 center rotate by 90 noenhanced front
  unset colorbox
  plot 'figure-4.tsv' index 34 using 1:2:3 with filledcurves fillstyle transparent solid 0.2 noborder linecolor rgb '#cc79a7' notitle, \
    'figure-4.tsv' index 35 using 1:2:3 with filledcurves fillstyle transparent solid 0.2 noborder linecolor rgb '#d55e00' notitle, \
    'figure-4.tsv' index 36 using 1:2:3 with filledcurves fillstyle transparent solid 0.2 noborder linecolor rgb '#d55e00' notitle, \
    'figure-4.tsv' index 37 using 1:2 with lines linewidth 0.6 linecolor rgb '#808080' dashtype (1.2,1.6) notitle, \
    'figure-4.tsv' index 38 using 1:2 with lines linewidth 0.4 linecolor rgb '#e8c3d7' dashtype solid notitle, \
    'figure-4.tsv' index 39 using 1:2 with lines linewidth 0.4 linecolor rgb '#e8c3d7' dashtype solid notitle, \
    'figure-4.tsv' index 40 using 1:2 with lines linewidth 0.4 linecolor rgb '#e8c3d7' dashtype solid notitle, \
    'figure-4.tsv' index 41 using 1:2 with lines linewidth 0.4 linecolor rgb '#e8c3d7' dashtype solid notitle, \
    'figure-4.tsv' index 42 using 1:2 with lines linewidth 0.4 linecolor rgb '#e8c3d7' dashtype solid notitle, \
    'figure-4.tsv' index 43 using 1:2 with lines linewidth 0.4 linecolor rgb '#e8c3d7' dashtype solid notitle, \
    'figure-4.tsv' index 44 using 1:2 with lines linewidth 0.4 linecolor rgb '#e8c3d7' dashtype solid notitle, \
    'figure-4.tsv' index 45 using 1:2 with lines linewidth 0.4 linecolor rgb '#e8c3d7' dashtype solid notitle, \
    'figure-4.tsv' index 46 using 1:2 with lines linewidth 0.4 linecolor rgb '#ecb78c' dashtype solid notitle, \
    'figure-4.tsv' index 47 using 1:2 with lines linewidth 0.4 linecolor rgb '#ecb78c' dashtype solid notitle, \
    'figure-4.tsv' index 48 using 1:2 with lines linewidth 0.4 linecolor rgb '#ecb78c' dashtype solid notitle, \
    'figure-4.tsv' index 49 using 1:2 with lines linewidth 0.4 linecolor rgb '#ecb78c' dashtype solid notitle, \
    'figure-4.tsv' index 50 using 1:2 with lines linewidth 0.4 linecolor rgb '#ecb78c' dashtype solid notitle, \
    'figure-4.tsv' index 51 using 1:2 with lines linewidth 0.4 linecolor rgb '#ecb78c' dashtype solid notitle, \
    'figure-4.tsv' index 52 using 1:2 with lines linewidth 0.4 linecolor rgb '#ecb78c' dashtype solid notitle, \
    'figure-4.tsv' index 53 using 1:2 with lines linewidth 0.4 linecolor rgb '#ecb78c' dashtype solid notitle, \
    'figure-4.tsv' index 54 using 1:2 with lines linewidth 0.4 linecolor rgb '#ecb78c' dashtype solid notitle, \
    'figure-4.tsv' index 55 using 1:2 with lines linewidth 0.4 linecolor rgb '#ecb78c' dashtype solid notitle, \
    'figure-4.tsv' index 56 using 1:2 with lines linewidth 0.4 linecolor rgb '#ecb78c' dashtype solid notitle, \
    'figure-4.tsv' index 57 using 1:2 with lines linewidth 0.4 linecolor rgb '#ecb78c' dashtype solid notitle, \
    'figure-4.tsv' index 58 using 1:2 with lines linewidth 0.4 linecolor rgb '#ecb78c' dashtype solid notitle, \
    'figure-4.tsv' index 59 using 1:2 with lines linewidth 0.4 linecolor rgb '#ecb78c' dashtype solid notitle, \
    'figure-4.tsv' index 60 using 1:2 with lines linewidth 0.4 linecolor rgb '#ecb78c' dashtype solid notitle, \
    'figure-4.tsv' index 61 using 1:2 with lines linewidth 0.4 linecolor rgb '#ecb78c' dashtype solid notitle, \
    'figure-4.tsv' index 62 using 1:2 with lines linewidth 1 linecolor rgb '#cc79a7' dashtype solid notitle, \
    'figure-4.tsv' index 63 using 1:2 with points pointtype 5 pointsize 0.45 linewidth 0.7 linecolor rgb '#cc79a7' notitle, \
    'figure-4.tsv' index 64 using 1:2 with lines linewidth 1 linecolor rgb '#d55e00' dashtype solid notitle, \
    'figure-4.tsv' index 65 using 1:2 with points pointtype 9 pointsize 0.45 linewidth 0.7 linecolor rgb '#d55e00' notitle, \
    'figure-4.tsv' index 66 using 1:2 with lines linewidth 1 linecolor rgb '#d55e00' dashtype (5,2) notitle, \
    'figure-4.tsv' index 67 using 1:2 with points pointtype 13 pointsize 0.45 linewidth 0.7 linecolor rgb '#d55e00' notitle

  unset multiplot
  set output
}
